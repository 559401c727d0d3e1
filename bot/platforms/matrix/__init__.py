"""Matrix, encrypted rooms included: one account with one device, on any homeserver.

platform        the adapter: what comes in, what goes out
client          nio, with requests that end            folder    login, sync token, signing keys in the data folder
inbox           sync → messages, none lost, none early  content   a part of a message → events
rooms           what kind of room, who may do what      reading   an event → what was said, and to whom
signing         the account vouches for its device      membership   invitations, upgrades, rooms that are left
"""
