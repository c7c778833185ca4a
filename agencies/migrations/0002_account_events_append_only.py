"""The history of accounts only grows: the database refuses to change or remove a row."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION agencies_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'agencies_accountevent is append-only (%)', TG_OP;
END $$;
CREATE TRIGGER agencies_accountevent_row BEFORE UPDATE OR DELETE ON agencies_accountevent
    FOR EACH ROW EXECUTE FUNCTION agencies_refuse_change();
CREATE TRIGGER agencies_accountevent_table BEFORE TRUNCATE ON agencies_accountevent
    FOR EACH STATEMENT EXECUTE FUNCTION agencies_refuse_change();
"""

BACK = """
DROP TRIGGER agencies_accountevent_table ON agencies_accountevent;
DROP TRIGGER agencies_accountevent_row ON agencies_accountevent;
DROP FUNCTION agencies_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
