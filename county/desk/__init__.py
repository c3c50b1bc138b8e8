"""The duty officer's desk (县级值班员办公页): pages on this computer alone, over the county's own functions.

``command`` starts it, ``serving`` listens and ends, ``door`` lets one browser in and nobody else, ``pages`` are the
pages, ``words`` what they say, ``templates/`` how they look. What is decided here is decided by the functions that
the commands call: ``sheet_checks``, ``lost``, ``minors``.
"""
