"""Where the hall's people come in and work: sign-in, the way to one's page, the window console.

    pages.py  `/`, `/sign-in`, `/{hall}/windows` and `/{hall}/windows/{number}`
    static/   entry: sign_in.js door.js windows.js; the console: console.js and its parts

A page is a frame. Who somebody is, the API tells the page; what is to be seen comes in pictures,
and what is to be done goes out in commands.
"""
