import { sql, type Kysely } from 'kysely'

/**
 * 初始表 — everything the hub keeps. Portable to Citus and YugabyteDB: ids are made by the application, whatever belongs to
 * a firm has the firm in its key, no sequences, no listeners, no advisory locks, nothing deferred, no extensions.
 *
 * Row-level security is the second wall: requests run as the role hub_app, which sees a firm only when its path lies in the
 * account's own subtree, when the account is its liaison, or when it is the firm itself. Source: own design.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS: readonly string[] = [
  `create table hub.setting (name text primary key, value text not null)`,
  `create table hub.campaign (
    id text primary key, version int not null, title text not null, edition text not null, area text not null,
    opens_on date not null, deadline_on date not null, reference_on date not null, is_closed boolean not null,
    plan text not null)`,
  `create table hub.liaison (
    id text primary key, name text not null, phone text, unit text, area text not null, path text collate "C" not null,
    is_active boolean not null)`,
  `create table hub.account (
    id text primary key, login text not null unique, name text not null, role text not null, area text,
    path text collate "C", enterprise text, liaison text references hub.liaison (id),
    password_hash text not null, password_at timestamptz not null, password_history text not null default '[]',
    must_change boolean not null, otp_secret text, otp_pending text, otp_step bigint not null default 0,
    is_closed boolean not null default false, expires_on date, seen_at timestamptz)`,
  `create index on hub.account (enterprise) where enterprise is not null`,
  `create table hub.session (
    token_hash text primary key, account text not null references hub.account (id) on delete cascade,
    created_at timestamptz not null, seen_at timestamptz not null, ends_at timestamptz not null,
    has_second_factor boolean not null)`,
  `create index on hub.session (account)`,
  `create table hub.enterprise (
    id text primary key, version int not null, changed_at timestamptz not null, path text collate "C" not null,
    credit_code text not null, name text not null, city text not null, county text, industry text, size text,
    is_above_scale boolean not null, scale_year int, scale_source text, listed_on date not null,
    left_on date, left_reason text, left_note text,
    liaisons text not null default '[]', contact_name text, contact_phone text,
    assigned_at timestamptz, contacted_at timestamptz, joined_at timestamptz, filling_at timestamptz, seen_at timestamptz,
    answered int, asked int, note text, code_generation int not null default 1, code_used_at timestamptz,
    summary text, previous text, returned_at timestamptz, returned_reason text)`,
  `create index on hub.enterprise (changed_at, id)`,
  `create index on hub.enterprise (path, changed_at, id)`,
  `create index on hub.enterprise (credit_code)`,
  `create table hub.assignment (
    enterprise text not null, id text not null, liaison text not null, from_at timestamptz not null, to_at timestamptz,
    by_account text, primary key (enterprise, id))`,
  `create index on hub.assignment (liaison) where to_at is null`,
  /* Where a firm no longer is: so that local copies of that scope forget it. */
  `create table hub.departure (
    enterprise text not null, id text not null, path text collate "C" not null, liaison text, at timestamptz not null,
    primary key (enterprise, id))`,
  `create index on hub.departure (at)`,
  `create table hub.submission (
    enterprise text not null, id text not null, revision int not null, campaign text not null, digest text not null,
    body text not null, summary text not null, receipt text not null, received_at timestamptz not null,
    primary key (enterprise, id, revision))`,
  `create table hub.submission_return (
    enterprise text not null, id text not null, revision int not null, at timestamptz not null, by_account text not null,
    reason text not null, primary key (enterprise, id, revision))`,
  `create table hub.erased_submission (
    enterprise text not null, id text not null, at timestamptz not null, primary key (enterprise, id))`,
  `create table hub.roster_import (
    id text primary key, path text collate "C" not null, at timestamptz not null, by_account text not null,
    file text not null, written int not null, changes text not null, made_liaisons text not null, undone_at timestamptz)`,
  `create table hub.authority (
    area text primary key, path text collate "C" not null, row_text text not null, updated_at timestamptz not null)`,
  `create table hub.table_version (
    id text primary key, kind text not null, area text not null, path text collate "C" not null,
    at timestamptz not null, by_name text not null, row_count int not null, note text, row_text text not null)`,
  `create table hub.peers_publication (
    edition text not null, published_on date not null, peers text not null, ledger text not null, summary text not null,
    primary key (edition, published_on))`,
  `create table hub.audit (
    id text primary key, at timestamptz not null, actor text, role text, action text not null, subject text,
    is_done boolean not null, detail text not null, block int, place int, hash text)`,
  `create index on hub.audit (at desc, id desc)`,
  `create index on hub.audit (at, id) where block is null`,
  `create index on hub.audit (block, place)`,
  `create table hub.audit_block (
    number int primary key, at timestamptz not null, previous text not null, rows_hash text not null, hash text not null,
    row_count int not null, is_pruned boolean not null default false)`,
  `create table hub.attempt (key text primary key, points int not null default 0, expire bigint)`,

  /* Who asks, as the transaction said; empty for nobody, who sees nothing. */
  `create function hub.asker() returns text language sql stable as
    $$ select nullif(current_setting('app.uid', true), '') $$`,
  `create function hub.asker_is_good(a hub.account) returns boolean language sql stable as
    $$ select not a.is_closed and (a.expires_on is null or a.expires_on >= (now() at time zone 'Asia/Shanghai')::date) $$`,
  /* Areas of an official, as patterns of paths. */
  `create function hub.scopes() returns text[] language sql stable security definer set search_path = hub, pg_temp as
    $$ select coalesce(array_agg(a.path || '%'), '{}') from hub.account a
       where a.id = hub.asker() and a.role = 'official' and a.path is not null and hub.asker_is_good(a) $$`,
  /* Firms that a liaison looks after. */
  `create function hub.cared_firms() returns text[] language sql stable security definer set search_path = hub, pg_temp as
    $$ select coalesce(array_agg(s.enterprise), '{}') from hub.account a join hub.assignment s on s.liaison = a.liaison
       where a.id = hub.asker() and a.role = 'liaison' and s.to_at is null and hub.asker_is_good(a) $$`,
  /* The firm of an enterprise's account: looked up once per transaction, by the hub, and then a setting. */
  `create function hub.own_firm() returns text language sql stable as
    $$ select nullif(current_setting('app.firm', true), '') $$`,
  `create function hub.firm_of(p_uid text) returns text language sql stable security definer set search_path = hub, pg_temp as
    $$ select a.enterprise from hub.account a
       where a.id = p_uid and a.role = 'enterprise' and hub.asker_is_good(a) $$`,
  `create function hub.own_role() returns text language sql stable security definer set search_path = hub, pg_temp as
    $$ select a.role from hub.account a where a.id = hub.asker() and hub.asker_is_good(a) $$`,
  `create function hub.own_liaison() returns text language sql stable security definer set search_path = hub, pg_temp as
    $$ select a.liaison from hub.account a where a.id = hub.asker() and a.role = 'liaison' and hub.asker_is_good(a) $$`,
  /* Nobody's liaison, and no account of his, anywhere: also where the asker does not see. */
  `create function hub.is_idle_liaison(p_id text) returns boolean language sql stable security definer
    set search_path = hub, pg_temp as
    $$ select not exists (select 1 from hub.assignment s where s.liaison = p_id and s.to_at is null)
         and not exists (select 1 from hub.account a where a.liaison = p_id and not a.is_closed) $$`,

  ...[
    'campaign',
    'liaison',
    'enterprise',
    'assignment',
    'departure',
    'submission',
    'submission_return',
    'erased_submission',
    'roster_import',
    'authority',
    'table_version',
    'audit',
  ].flatMap((table) => [
    `alter table hub.${table} enable row level security`,
    `alter table hub.${table} force row level security`,
    /* The owner of the tables does what crosses scopes: sign-in, sealing, groups of peers, backup. */
    `create policy owner_all on hub.${table} to current_user using (true) with check (true)`,
  ]),
  `create policy read_all on hub.campaign for select to hub_app using (hub.asker() is not null)`,
  `create policy read_area on hub.liaison for select to hub_app
    using (path like any ((select hub.scopes())::text[]) or id = (select hub.own_liaison()))`,
  `create policy write_area on hub.liaison for all to hub_app
    using (path like any ((select hub.scopes())::text[])) with check (path like any ((select hub.scopes())::text[]))`,
  `create policy read_own on hub.enterprise for select to hub_app
    using (id = hub.own_firm() or path like any ((select hub.scopes())::text[])
      or id = any ((select hub.cared_firms())::text[]))`,
  `create policy add_in_area on hub.enterprise for insert to hub_app
    with check (path like any ((select hub.scopes())::text[]))`,
  `create policy change_own on hub.enterprise for update to hub_app
    using (id = hub.own_firm() or path like any ((select hub.scopes())::text[])
      or id = any ((select hub.cared_firms())::text[]))
    with check (id = hub.own_firm() or path like any ((select hub.scopes())::text[])
      or id = any ((select hub.cared_firms())::text[]))`,
  `create policy remove_in_area on hub.enterprise for delete to hub_app
    using (path like any ((select hub.scopes())::text[]))`,
  `create policy of_visible_firm on hub.assignment for all to hub_app
    using (exists (select 1 from hub.enterprise e where e.id = assignment.enterprise))
    with check (exists (select 1 from hub.enterprise e where e.id = assignment.enterprise))`,
  `create policy read_in_area on hub.departure for select to hub_app
    using (path like any ((select hub.scopes())::text[]) or liaison = (select hub.own_liaison()))`,
  /* Without a path it tells a liaison only: the firm is still in its area. */
  `create policy add_in_area on hub.departure for insert to hub_app
    with check ((select hub.own_role()) = 'official' and (path = '' or path like any ((select hub.scopes())::text[])))`,
  `create policy read_of_visible_firm on hub.submission for select to hub_app
    using (enterprise = hub.own_firm() or exists (select 1 from hub.enterprise e where e.id = submission.enterprise))`,
  `create policy add_own on hub.submission for insert to hub_app with check (enterprise = hub.own_firm())`,
  `create policy read_of_visible_firm on hub.submission_return for select to hub_app
    using (exists (select 1 from hub.enterprise e where e.id = submission_return.enterprise))`,
  `create policy add_of_visible_firm on hub.submission_return for insert to hub_app
    with check ((select hub.own_role()) = 'official'
      and exists (select 1 from hub.enterprise e where e.id = submission_return.enterprise))`,
  `create policy read_own on hub.erased_submission for select to hub_app
    using (enterprise = hub.own_firm()
      or exists (select 1 from hub.enterprise e where e.id = erased_submission.enterprise))`,
  `create policy of_area on hub.roster_import for all to hub_app
    using (path like any ((select hub.scopes())::text[])) with check (path like any ((select hub.scopes())::text[]))`,
  `create policy read_area on hub.authority for select to hub_app
    using (path like any ((select hub.scopes())::text[])
      or exists (select 1 from hub.liaison l where l.id = (select hub.own_liaison()) and l.path like authority.path || '%'))`,
  `create policy write_area on hub.authority for all to hub_app
    using (path like any ((select hub.scopes())::text[])) with check (path like any ((select hub.scopes())::text[]))`,
  `create policy of_area on hub.table_version for all to hub_app
    using (path like any ((select hub.scopes())::text[])) with check (path like any ((select hub.scopes())::text[]))`,
  `create policy add_own on hub.audit for insert to hub_app with check (actor = hub.asker() and block is null)`,
  `create policy read_as_auditor on hub.audit for select to hub_app using ((select hub.own_role()) = 'auditor')`,

  `grant usage on schema hub to hub_app`,
  `grant select on hub.campaign, hub.audit_block to hub_app`,
  `grant select, insert, update on hub.liaison, hub.assignment, hub.authority to hub_app`,
  `grant select, insert, update, delete on hub.enterprise to hub_app`,
  `grant select, insert on hub.departure, hub.submission, hub.submission_return, hub.table_version, hub.audit to hub_app`,
  `grant select on hub.erased_submission to hub_app`,
  `grant select, insert, update on hub.roster_import to hub_app`,

  /*
   * 接收报送 — one statement per submission: decides, stores, brings the firm's row up to date and writes the audit, under the
   * asker's own rights. A campaign is unknown to firms outside its area. Answers 'new', 'same', 'other', 'gone', 'early',
   * 'closed', 'not open', 'edition' or 'unknown'.
   */
  `create function hub.accept_submission(
    p_uid text, p_enterprise text, p_id text, p_revision int, p_digest text, p_campaign text, p_edition text, p_today date,
    p_body text, p_summary text, p_receipt text, p_at timestamptz, p_audit text, p_audit_detail text)
   returns table (outcome text, stored_digest text, stored_receipt text, expected int)
   language plpgsql as $$
   declare
     -- Milliseconds, as everything else writes them: a cursor keeps no more.
     v_now timestamptz := date_trunc('milliseconds', clock_timestamp());
     v_campaign hub.campaign;
     v_digest text;
     v_receipt text;
     v_newest int;
     v_outcome text;
   begin
     perform set_config('app.uid', p_uid, true), set_config('app.firm', coalesce(hub.firm_of(p_uid), ''), true);
     perform set_config('role', 'hub_app', true);
     -- An erasure or an undone import under way is waited for.
     perform 1 from hub.enterprise e where e.id = p_enterprise for update;
     -- An erasure took the account with it: what waited for it must not fill the erased firm again.
     if hub.firm_of(p_uid) is distinct from p_enterprise then
       return query select 'signed out', null::text, null::text, null::int; return;
     end if;
     -- Every condition in the one statement that stores: of identical racers one gets in, the others find it below.
     insert into hub.submission (enterprise, id, revision, campaign, digest, body, summary, receipt, received_at)
       select p_enterprise, p_id, p_revision, p_campaign, p_digest, p_body, p_summary, p_receipt, p_at
       from hub.campaign c, hub.enterprise e
       where c.id = p_campaign and not c.is_closed and c.opens_on <= p_today and c.edition = p_edition
         and e.id = p_enterprise and position(c.area || '/' in e.path) > 0
         and not exists (select 1 from hub.erased_submission g where g.enterprise = p_enterprise and g.id = p_id)
         and p_revision = coalesce(
           (select max(s.revision) + 1 from hub.submission s where s.enterprise = p_enterprise and s.id = p_id), p_revision)
       on conflict do nothing;
     if found then
       update hub.enterprise e set
         previous = case when e.summary is null then e.previous else (
           select json_build_object('revision', o.s -> 'revision', 'receivedAt', o.s -> 'receivedAt',
               'edition', o.s -> 'edition', 'tier', o.s -> 'tier')::text
             from (select e.summary::json as s) o) end,
         summary = p_summary, returned_at = null, returned_reason = null,
         seen_at = v_now, filling_at = coalesce(e.filling_at, v_now), joined_at = coalesce(e.joined_at, v_now),
         changed_at = v_now, version = e.version + 1
         where e.id = p_enterprise;
       insert into hub.audit (id, at, actor, role, action, subject, is_done, detail)
         values (p_audit, p_at, p_uid, 'enterprise', 'submission.accepted', p_enterprise, true, p_audit_detail);
       return query select 'new', p_digest, p_receipt, null::int; return;
     end if;
     -- Not stored: why. What is there already comes first, whatever has become of the campaign since.
     select s.digest, s.receipt into v_digest, v_receipt from hub.submission s
       where s.enterprise = p_enterprise and s.id = p_id and s.revision = p_revision;
     if not found then
       if exists (select 1 from hub.erased_submission g where g.enterprise = p_enterprise and g.id = p_id) then
         return query select 'gone', null::text, null::text, null::int; return;
       end if;
       select * into v_campaign from hub.campaign c where c.id = p_campaign
         and exists (select 1 from hub.enterprise e where e.id = p_enterprise and position(c.area || '/' in e.path) > 0);
       if not found then return query select 'unknown', null::text, null::text, null::int; return; end if;
       if v_campaign.is_closed then return query select 'closed', null::text, null::text, null::int; return; end if;
       if v_campaign.opens_on > p_today then
         return query select 'not open', to_char(v_campaign.opens_on, 'YYYY-MM-DD'), null::text, null::int; return;
       end if;
       if v_campaign.edition <> p_edition then
         return query select 'edition', v_campaign.edition, null::text, null::int; return;
       end if;
       select max(s.revision) into v_newest from hub.submission s where s.enterprise = p_enterprise and s.id = p_id;
       return query select 'early', null::text, null::text, v_newest + 1; return;
     end if;
     v_outcome := case when v_digest = p_digest then 'same' else 'other' end;
     return query select v_outcome, v_digest, case when v_outcome = 'same' then v_receipt end, null::int;
   end $$`,
  `grant execute on all functions in schema hub to hub_app`,
]
