"""HEARD on websites. One call of the browser, or a plain hosted form per source.

Owns:    POST of one feedback, origins and beacons, the hosted form page.
Knows:   intake.
Ignores: what becomes of it.
Wakes:   when a browser posts.
"""
