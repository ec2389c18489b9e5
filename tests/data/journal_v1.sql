BEGIN TRANSACTION;
CREATE TABLE replies(
  key TEXT PRIMARY KEY, model TEXT, text TEXT, finish_reason TEXT, logprobs TEXT,
  input_tokens INTEGER, output_tokens INTEGER, latency_s REAL, at REAL) WITHOUT ROWID;
INSERT INTO "replies" VALUES('dcd06c6715083089655af4dbcb91520e872e95cf4c842b0cae177c0cb6559435','e/m','yes','stop','[{"token": "yes", "logprob": -0.1}]',10,5,0.25,1.79565006126434564587e+09);
CREATE TABLE trials(
  id TEXT PRIMARY KEY, name TEXT, plan TEXT, started REAL, updated REAL, seconds REAL DEFAULT 0,
  failed INTEGER DEFAULT 0, status TEXT, result TEXT) WITHOUT ROWID;
INSERT INTO "trials" VALUES('t-1','old trial','{"candidates": ["e/m"], "prompts": ["Question?"]}',1.79565006126412534713e+09,1.79565006127475333208e+09,2.0,0,'complete','{"trial_id":"t-1","name":"","standings":[{"model":"e/m","score":0.5,"low":null,"high":null,"n":1,"unscored":0,"metrics":{},"dropped":""}],"winner":null,"tied":[],"stop_reason":"","calls":{"candidate":0,"judge":0},"requests":{},"tokens":{},"cost_usd":null,"seconds":0.0,"unscored":[],"examination":{},"statement":"","settle":"","win_matrix":{},"judge_notes":[],"warnings":[]}');
CREATE TABLE used(
  trial TEXT, key TEXT, role TEXT, paid INTEGER, cost REAL, PRIMARY KEY(trial, key)) WITHOUT ROWID;
INSERT INTO "used" VALUES('t-1','dcd06c6715083089655af4dbcb91520e872e95cf4c842b0cae177c0cb6559435','candidate',1,2.0e-05);
CREATE TABLE verdicts(
  trial TEXT, item TEXT, judge TEXT, model_a TEXT, model_b TEXT, shown TEXT, body TEXT,
  PRIMARY KEY(trial, item, judge, model_a, model_b, shown)) WITHOUT ROWID;
INSERT INTO "verdicts" VALUES('t-1','1','e/j','e/m','','single','{"item":"1","judge":"e/j","model_a":"e/m","score":0.5,"reason":"fair"}');
COMMIT;
PRAGMA user_version=1;
