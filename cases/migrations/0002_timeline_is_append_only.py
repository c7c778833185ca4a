"""The timeline can only grow: the database itself refuses anything else (SR-46)."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_change_of_timeline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The timeline is append-only: % refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER timeline_rows_stay BEFORE UPDATE OR DELETE ON cases_caseevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_timeline();
CREATE TRIGGER timeline_table_stays BEFORE TRUNCATE ON cases_caseevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_timeline();
"""
ALLOW = """
DROP TRIGGER timeline_rows_stay ON cases_caseevent;
DROP TRIGGER timeline_table_stays ON cases_caseevent;
DROP FUNCTION refuse_change_of_timeline();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
