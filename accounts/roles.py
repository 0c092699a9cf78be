"""Roles and what they allow. Pure."""

from django.db.models import TextChoices


class OrganisationRole(TextChoices):
    """Beyond single groups: an admin may do everything, an auditor reads everything."""

    NONE = "", "none"
    ADMIN = "admin", "admin"
    AUDITOR = "auditor", "auditor"


class GroupRole(TextChoices):
    VIEWER = "viewer"
    AGENT = "agent"
    LEAD = "lead"
    MANAGER = "manager"


WORKING_ROLES = (GroupRole.AGENT, GroupRole.LEAD, GroupRole.MANAGER)
LEADING_ROLES = (GroupRole.LEAD, GroupRole.MANAGER)
