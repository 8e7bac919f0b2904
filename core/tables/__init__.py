"""Tables as people have them: bytes → encoding → dialect → columns, for every page that takes one.

What was understood, and what was not used, is part of the result.
"""
