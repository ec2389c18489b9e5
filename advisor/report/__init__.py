"""The decision record: assembled, as literal text, in print, and checked again later."""
