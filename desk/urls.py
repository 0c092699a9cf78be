"""Pages. Their names are how templates and redirects find them."""

from django.urls import path

from desk.pages import board, entrance, feedback, health, queue, recovery, settings, ticket
from desk.pages.admin import house, people, promises, rules, shelf, sources

_gesture = "tickets/<str:ref>/gestures/<int:pk>/<str:verb>"

urlpatterns = [
    path("", queue.home, name="home"),
    path("sign-in", entrance.sign_in, name="sign-in"),
    path("sign-out", entrance.sign_out, name="sign-out"),
    path("forgotten-password", entrance.forgotten, name="forgotten"),
    path("reset-password/<int:uid>/<str:token>", entrance.new_password, name="new-password"),
    path("invitation/<str:token>", entrance.invitation, name="invitation"),
    path("queue", queue.queue, name="queue"),
    path("tickets/new", feedback.new_ticket, name="ticket-new"),
    path("tickets/<str:ref>", ticket.ticket, name="ticket"),
    path("tickets/<str:ref>/gestures", recovery.gesture, name="gesture"),
    path(_gesture, recovery.gesture_verb, name="gesture-verb"),
    path("tickets/<str:ref>/failure", recovery.failure, name="failure"),
    path("tickets/<str:ref>/<str:verb>", ticket.speak, name="speak"),
    path("escalations/<int:pk>/acknowledge", ticket.acknowledge, name="acknowledge"),
    path("feedback", feedback.feedback_list, name="feedback-list"),
    path("feedback/<uuid:pk>", feedback.feedback, name="feedback"),
    path("feedback/<uuid:pk>/ticket", feedback.ticket_of_feedback, name="feedback-ticket"),
    path("board", board.board, name="board"),
    path("health", health.health, name="health"),
    path("health/letters/<int:pk>", health.send_letter_again, name="send-again"),
    path("settings", settings.settings, name="settings"),
    path("settings/presence", settings.presence, name="presence"),
    path("settings/tokens", settings.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke", settings.revoke, name="revoke-token"),
    path("admin", shelf.entrance, name="admin"),
    path("admin/rules", rules.rules, name="admin-rules"),
    path("admin/rules/new", rules.new_rule, name="admin-rule-new"),
    path("admin/rules/<int:pk>", rules.rule, name="admin-rule"),
    path("admin/rules/<int:pk>/archive", rules.archive, name="admin-rule-archive"),
    path("admin/rules/<int:pk>/move", rules.move, name="admin-rule-move"),
    path("admin/policies", promises.policies, name="admin-policies"),
    path("admin/policies/new", promises.new_policy, name="admin-policy-new"),
    path("admin/policies/<slug:slug>", promises.policy, name="admin-policy"),
    path(
        "admin/policies/<slug:slug>/archive", promises.archive_policy, name="admin-policy-archive"
    ),
    path("admin/calendars", promises.calendars, name="admin-calendars"),
    path("admin/calendars/new", promises.new_calendar, name="admin-calendar-new"),
    path("admin/calendars/<slug:slug>", promises.calendar, name="admin-calendar"),
    path(
        "admin/calendars/<slug:slug>/archive",
        promises.archive_calendar,
        name="admin-calendar-archive",
    ),
    path("admin/ladders", promises.ladders, name="admin-ladders"),
    path("admin/ladders/new", promises.new_ladder, name="admin-ladder-new"),
    path("admin/ladders/<slug:slug>", promises.ladder, name="admin-ladder"),
    path(
        "admin/ladders/<slug:slug>/archive", promises.archive_a_ladder, name="admin-ladder-archive"
    ),
    path("admin/groups", house.groups, name="admin-groups"),
    path("admin/groups/<slug:slug>", house.group, name="admin-group"),
    path("admin/groups/<slug:slug>/members", house.members, name="admin-group-members"),
    path("admin/groups/<slug:slug>/members/<int:pk>", house.leave, name="admin-group-leave"),
    path("admin/groups/<slug:slug>/archive", house.archive_group, name="admin-group-archive"),
    path("admin/people", people.people, name="admin-people"),
    path("admin/people/<int:pk>", people.person, name="admin-person"),
    path("admin/people/<int:pk>/switch", people.switch, name="admin-person-switch"),
    path("admin/invitations/<int:pk>/withdraw", people.withdraw, name="admin-withdraw"),
    path("admin/sources", sources.sources, name="admin-sources"),
    path("admin/sources/new", sources.new_source, name="admin-source-new"),
    path("admin/sources/<slug:slug>", sources.source, name="admin-source"),
    path("admin/sources/<slug:slug>/keys", sources.keys, name="admin-source-keys"),
    path("admin/sources/<slug:slug>/keys/<int:pk>", sources.revoke, name="admin-key-revoke"),
    path("admin/sources/<slug:slug>/archive", sources.archive, name="admin-source-archive"),
    path("admin/root-causes", house.causes, name="admin-causes"),
    path("admin/root-causes/<slug:slug>", house.cause, name="admin-cause"),
    path("admin/root-causes/<slug:slug>/archive", house.archive_cause, name="admin-cause-archive"),
    path("admin/gesture-limits", house.limits, name="admin-limits"),
    path("admin/gesture-limits/<int:pk>", house.limit, name="admin-limit"),
]
