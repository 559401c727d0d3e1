"""What the templates write (a Markdown subset) → what each chat service shows. Pure; degrades, never fails.

`lines` reads Markdown into a flat list of lines; `pieces` cuts a document that is too long for one message; one module
for each service sets the lines in its own form (`blockkit`: Slack, `matrix`: Matrix).
"""
