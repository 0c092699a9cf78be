from uuid import UUID

import uuid_utils.compat as uuids


def new_id() -> UUID:
    """UUIDv7: ordered by time, so that new rows land together in the index."""
    return uuids.uuid7()
