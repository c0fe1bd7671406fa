"""A SIP engine: RFC 3261 messages, transactions, dialogs, a registrar and a B2BUA.

No module here knows Django. Below `endpoint` and `transport` nothing opens a socket, starts a
task or asks what time it is: time is an argument, randomness is injected, and what must be done
comes out as values.
"""
