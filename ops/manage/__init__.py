"""The manager's pages: all my halls at a glance, one hall, and its plan.

    pages.py    `/manage`, `/manage/{hall}` and `/manage/{hall}/layout`, for who may see them
    static/     halls.js (the tree); hall.js and its parts (floor, lanes, alerts, acts, charts);
                layout.js and its parts (the editor)

What is seen comes in the pictures `overview` and `manage`; what is done goes out in commands.
"""
