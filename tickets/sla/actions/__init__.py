"""Everything that can happen to a promise and its clocks.

The room that works tickets says what happened and at what time; here it is written as an event and
the clock's row becomes the reading of its events. Each function locks the clocks it touches, first
notes a deadline that has passed, and wakes the sweep by `next_action_at`.

begin   at a receipt, at the next one, after the last cycle
approval  something waits for it, and then nothing does
change  what runs stands still or runs on, has another target, moves to another version
end     kept, void; a contact that reached nobody
look    a passed deadline noted; when somebody should look again
"""
