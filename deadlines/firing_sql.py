"""The statements of the sweep. All values are parameters; nothing is formatted in."""

LADDER_COLUMNS = ("profile", "ladder", "position", "step", "fraction", "before", "from_legal", "every")

# Takes due rows, records every rung that has passed, moves the rows to their next rung.
# Returns a line per rung recorded, and one for a row that had none.
FIRE = """
WITH ladder AS MATERIALIZED (
    SELECT * FROM unnest(
        %(profile)s::text[], %(ladder)s::text[], %(position)s::int[], %(step)s::text[],
        %(fraction)s::float8[], %(before)s::interval[], %(from_legal)s::bool[], %(every)s::interval[]
    ) AS l (profile_id, ladder, position, step, fraction, before, from_legal, every)
), due AS MATERIALIZED (
    SELECT id, profile_id, rule_id, agency_id, user_id, chain_agency_id, owner_role,
           started_at, strict_at, legal_at, ladder, next_step, next_repeat
    FROM deadlines_deadline
    WHERE state = 'running' AND next_action_at <= %(now)s
    ORDER BY next_action_at
    LIMIT %(batch)s
    FOR NO KEY UPDATE SKIP LOCKED
), placed AS MATERIALIZED (
    SELECT due.*, here.position
    FROM due LEFT JOIN ladder here
      ON here.profile_id = due.profile_id AND here.ladder = due.ladder AND here.step = due.next_step
), rung AS (
    SELECT placed.id, placed.started_at, l.position, l.step, l.every,
           CASE WHEN l.from_legal THEN placed.legal_at
                ELSE placed.started_at - l.before + make_interval(
                    secs => date_part('epoch', placed.strict_at - placed.started_at) * l.fraction)
           END AS first_at,
           CASE WHEN l.position = placed.position THEN placed.next_repeat ELSE 0 END AS first_repeat
    FROM placed JOIN ladder l
      ON l.profile_id = placed.profile_id AND l.ladder = placed.ladder AND l.position >= placed.position
), standing AS MATERIALIZED (
    SELECT id, position, step, every, first_at, first_repeat,
           CASE WHEN first_at > %(now)s THEN first_repeat - 1
                WHEN every IS NULL THEN 0
                ELSE GREATEST(first_repeat - 1, LEAST(
                    floor(date_part('epoch', %(now)s - first_at) / date_part('epoch', every))::int,
                    first_repeat + %(most)s - 1))
           END AS last_repeat
    FROM rung
    WHERE first_at >= started_at
), recorded AS (
    INSERT INTO deadlines_escalationstep (deadline_id, step, repeat, due_at, recorded_at)
    SELECT id, step, repeat, first_at + COALESCE(every * repeat, interval '0'), %(now)s
    FROM standing CROSS JOIN LATERAL generate_series(first_repeat, last_repeat) AS repeat
    WHERE last_repeat >= first_repeat
    ON CONFLICT (deadline_id, step, repeat) DO NOTHING
    RETURNING id, deadline_id, step, repeat, due_at
), following AS MATERIALIZED (
    -- One line per row taken: its lowest rung that still stands ahead, or nothing above the top.
    SELECT DISTINCT ON (id) id,
           CASE WHEN is_ahead THEN step ELSE '' END AS step,
           CASE WHEN is_ahead THEN last_repeat + 1 ELSE 0 END AS repeat,
           CASE WHEN is_ahead THEN first_at + COALESCE(every * (last_repeat + 1), interval '0') END AS due_at
    FROM (SELECT *, every IS NOT NULL OR last_repeat < 0 AS is_ahead FROM standing) AS seen
    ORDER BY id, is_ahead DESC, position
), moved AS (
    UPDATE deadlines_deadline
    SET next_step = move.step, next_repeat = move.repeat, next_action_at = move.due_at
    FROM (
        SELECT id, step, repeat, due_at FROM following
        UNION ALL
        SELECT id, next_step, next_repeat, %(retry_at)s FROM placed WHERE position IS NULL
    ) AS move
    WHERE deadlines_deadline.id = move.id
)
SELECT placed.profile_id, placed.rule_id, recorded.step,
       placed.agency_id, placed.user_id, placed.chain_agency_id, placed.owner_role,
       recorded.id, placed.id, recorded.repeat,
       CASE WHEN recorded.due_at < %(late_before)s THEN recorded.due_at END,
       placed.position IS NOT NULL
FROM placed LEFT JOIN recorded ON recorded.deadline_id = placed.id
ORDER BY recorded.due_at
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
