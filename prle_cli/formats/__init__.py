"""Results for machines: JSON, CSV and Markdown from the reports that views show."""
