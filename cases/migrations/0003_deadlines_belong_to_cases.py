"""A deadline's subject is a case; the room of deadlines does not know the table, so the key is added here."""

from django.db import migrations

ADD = """
ALTER TABLE deadlines_deadline ADD CONSTRAINT deadline_subject_is_a_case
    FOREIGN KEY (subject_id) REFERENCES cases_case (id) DEFERRABLE INITIALLY DEFERRED;
"""
DROP = "ALTER TABLE deadlines_deadline DROP CONSTRAINT deadline_subject_is_a_case;"


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_timeline_is_append_only"), ("deadlines", "0001_initial")]

    operations = [migrations.RunSQL(ADD, DROP)]
