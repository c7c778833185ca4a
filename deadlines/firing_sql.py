"""The statements of the sweep. All values are parameters; nothing is formatted in."""

# A line per rung: how often it repeats, and where the rung above it stands.
LADDER_COLUMNS = (
    "profile",
    "ladder",
    "step",
    "every",
    "next_step",
    "next_fraction",
    "next_before",
    "next_from_legal",
)

# Takes due rows, records the rung each has reached and moves it to the next. A row that has passed several
# is due again at once and taken by the next transaction. Returns a line per row taken.
FIRE = """
WITH ladder AS MATERIALIZED (
    SELECT * FROM unnest(
        %(profile)s::text[], %(ladder)s::text[], %(step)s::text[], %(every)s::interval[], %(next_step)s::text[],
        %(next_fraction)s::float8[], %(next_before)s::interval[], %(next_from_legal)s::bool[]
    ) AS l (profile_id, ladder, step, every, next_step, next_fraction, next_before, next_from_legal)
), due AS MATERIALIZED (
    SELECT id, profile_id, rule_id, agency_id, user_id, chain_agency_id, owner_role,
           started_at, strict_at, legal_at, ladder, next_step, next_repeat, next_action_at
    FROM deadlines_deadline
    WHERE state = 'running' AND next_action_at <= %(now)s
    ORDER BY next_action_at
    LIMIT %(batch)s
    FOR NO KEY UPDATE SKIP LOCKED
), placed AS MATERIALIZED (
    SELECT due.*, here.step IS NOT NULL AS is_known,
           CASE WHEN here.step IS NULL OR here.every IS NOT NULL THEN due.next_step
                ELSE here.next_step
           END AS step_after,
           CASE WHEN here.step IS NULL THEN due.next_repeat
                WHEN here.every IS NOT NULL THEN due.next_repeat + 1
                ELSE 0
           END AS repeat_after,
           CASE WHEN here.step IS NULL THEN %(retry_at)s
                WHEN here.every IS NOT NULL THEN due.next_action_at + here.every
                WHEN here.next_step = '' THEN NULL
                WHEN here.next_from_legal THEN due.legal_at
                ELSE due.started_at - here.next_before + make_interval(
                    secs => date_part('epoch', due.strict_at - due.started_at) * here.next_fraction)
           END AS due_after
    FROM due LEFT JOIN ladder here
      ON here.profile_id = due.profile_id AND here.ladder = due.ladder AND here.step = due.next_step
), recorded AS (
    INSERT INTO deadlines_escalationstep (deadline_id, step, repeat, due_at, recorded_at)
    SELECT id, next_step, next_repeat, next_action_at, %(now)s FROM placed WHERE is_known
    ON CONFLICT (deadline_id, step, repeat) DO NOTHING
    RETURNING id, deadline_id
), moved AS (
    UPDATE deadlines_deadline
    SET next_step = step_after, next_repeat = repeat_after, next_action_at = due_after
    FROM placed
    WHERE deadlines_deadline.id = placed.id
)
SELECT profile_id, rule_id, next_step, agency_id, user_id, chain_agency_id, owner_role,
       recorded.id, placed.id, next_repeat,
       CASE WHEN next_action_at < %(late_before)s THEN next_action_at END,
       COALESCE(due_after <= %(now)s, false), is_known
FROM placed LEFT JOIN recorded ON recorded.deadline_id = placed.id
"""

# A notice in the portal is delivered by being written; the words are made from the step when shown or sent.
TELL = """
INSERT INTO deadlines_outboxmessage
    (key, user_id, step_id, channel, template_id, params, urgent, state, created_at, not_before,
     attempts, sent_at, last_error)
SELECT 'step:' || step_id || ':' || user_id || ':' || channel, user_id, step_id, channel, 'staff.step', '{}',
       channel = 'sms', CASE channel WHEN 'in_portal' THEN 'sent' ELSE 'waiting' END, %(now)s, %(now)s,
       0, CASE channel WHEN 'in_portal' THEN %(now)s END, ''
FROM unnest(%(step_ids)s::bigint[], %(user_ids)s::bigint[], %(channels)s::text[])
     AS message (step_id, user_id, channel)
ON CONFLICT (key) DO NOTHING
"""

# One open digest per person and channel; until the sender claims it, later steps join it.
DIGEST = """
WITH gathered AS (
    INSERT INTO deadlines_outboxmessage
        (key, user_id, channel, template_id, params, urgent, state, created_at, not_before, attempts, last_error)
    SELECT 'digest:' || gen_random_uuid(), user_id, channel, 'staff.digest',
           jsonb_build_object('count', count, 'earliest', earliest),
           channel = 'sms', 'waiting', %(now)s, %(now)s::timestamptz + %(gathers)s, 0, ''
    FROM unnest(%(user_ids)s::bigint[], %(channels)s::text[], %(counts)s::int[], %(earliest)s::timestamptz[])
         AS digest (user_id, channel, count, earliest)
    ON CONFLICT (user_id, channel) WHERE template_id = 'staff.digest' AND state = 'waiting' AND attempts = 0
    DO UPDATE SET
        read_at = NULL,
        not_before = LEAST(EXCLUDED.not_before, deadlines_outboxmessage.created_at + %(at_most)s),
        params = jsonb_build_object(
            'count', (deadlines_outboxmessage.params->>'count')::int + (EXCLUDED.params->>'count')::int,
            'earliest', LEAST(
                (deadlines_outboxmessage.params->>'earliest')::timestamptz,
                (EXCLUDED.params->>'earliest')::timestamptz))
    RETURNING id, user_id, channel
)
SELECT id, user_id FROM gathered WHERE channel = 'in_portal'
"""

DIGEST_ENTRIES = """
INSERT INTO deadlines_digestentry (message_id, step_id)
SELECT * FROM unnest(%(message_ids)s::bigint[], %(step_ids)s::bigint[])
ON CONFLICT DO NOTHING
"""
