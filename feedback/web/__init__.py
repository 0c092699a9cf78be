"""HEARD on websites. One call of the browser, or a plain hosted form per source.

Owns:    POST of one feedback and its parts, origins and beacons, forms, the widget, their page.
Knows:   intake.
Ignores: what becomes of it.
Wakes:   when a browser posts; half an hour after one began and sent nothing.
"""
