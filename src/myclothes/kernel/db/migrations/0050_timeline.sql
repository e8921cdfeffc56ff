-- Which timelines the primary has been on, noted by whoever sees a new one first. A standby that shows the row of a
-- timeline has replayed the promotion that began it, and with it everything that was acknowledged before. It is the
-- only proof of that which needs no special rights and says nothing about clocks.
CREATE TABLE timeline (
    id integer PRIMARY KEY,
    noticed_at timestamptz NOT NULL DEFAULT now()
);
