"""Show: tables for the terminal and one offline HTML file."""
