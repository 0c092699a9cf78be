"""Everything on one machine: what `manage.py up` and `manage.py test` start, watch and stop.

Owns the installation's folder, its PostgreSQL and its Valkey, and the processes of the service.
Knows no room of the service: it starts them by their commands. Production does without it.
"""
