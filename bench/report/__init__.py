"""Tables, plots and text made from results.

``bundle`` says which files a report has; all else is pure: results in, strings and figures out.
"""
