"""Deadlines are closed and steps are kept: the database refuses to delete either, or to change a step.

With that, two foreign keys of the sweep need no check: what they point to cannot go away. The checks at
commit had taken a quarter of the sweep's time.
"""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION deadlines_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused: rows of % are kept', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER deadlines_deadline_kept BEFORE DELETE ON deadlines_deadline
    FOR EACH ROW EXECUTE FUNCTION deadlines_refuse_change();
CREATE TRIGGER deadlines_escalationstep_kept BEFORE UPDATE OR DELETE ON deadlines_escalationstep
    FOR EACH ROW EXECUTE FUNCTION deadlines_refuse_change();
"""

BACK = """
DROP TRIGGER deadlines_escalationstep_kept ON deadlines_escalationstep;
DROP TRIGGER deadlines_deadline_kept ON deadlines_deadline;
DROP FUNCTION deadlines_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.AlterField(
            model_name="escalationstep",
            name="deadline",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="deadlines.deadline",
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="step",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="deadlines.escalationstep",
            ),
        ),
    ]
