"""What a conversation knows as HTML and figures. Text from users, sources and models is escaped; no gradio here."""
