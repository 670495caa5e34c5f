// Made by `python -m motcua_local.mongo_users` out of the services' own declarations; a test compares. Do not edit.
// One MongoDB user for each service, for its own database and, where it keeps documents, the document store; the operator sees dead letters
// and releases what waits behind them; the auditor reads. Run as administrator, at first and after every release that changes it:
//   mongosh "$ADMIN_URI" deploy/kubernetes/mongodb-users.js
// Passwords come from the environment (PASSWORD_ROUTING, …); to run it again with another one renews that password.
// A service ends its predecessor's sessions at a take-over (killSessions): allowed, since both are the same user.
const table = {
  "catalog": {"in": "motcua_catalog", "roles": [{"role": "readWrite", "db": "motcua_catalog"}]},
  "intake": {"in": "motcua_intake", "roles": [{"role": "readWrite", "db": "motcua_intake"}, {"role": "readWrite", "db": "motcua_documents"}]},
  "routing": {"in": "motcua_routing", "roles": [{"role": "readWrite", "db": "motcua_routing"}, {"role": "readWrite", "db": "motcua_documents"}]},
  "payment": {"in": "motcua_payment", "roles": [{"role": "readWrite", "db": "motcua_payment"}, {"role": "readWrite", "db": "motcua_documents"}]},
  "notify": {"in": "motcua_notify", "roles": [{"role": "readWrite", "db": "motcua_notify"}]},
  "gateway": {"in": "motcua_gateway", "roles": [{"role": "readWrite", "db": "motcua_gateway"}, {"role": "readWrite", "db": "motcua_documents"}]},
  "audit": {"in": "motcua_audit", "roles": [{"role": "readWrite", "db": "motcua_audit"}]},
  "operator": {"in": "admin", "roles": [{"role": "motcua_operator", "db": "admin"}], "privileges": [{"resource": {"db": "motcua_catalog", "collection": ""}, "actions": ["listCollections"]}, {"resource": {"db": "motcua_catalog", "collection": "dead_letters"}, "actions": ["find"]}, {"resource": {"db": "motcua_catalog", "collection": "cases"}, "actions": ["find", "update"]}, {"resource": {"db": "motcua_catalog", "collection": "parked"}, "actions": ["find"]}, {"resource": {"db": "motcua_catalog", "collection": "effects"}, "actions": ["find"]}, {"resource": {"db": "motcua_intake", "collection": ""}, "actions": ["listCollections"]}, {"resource": {"db": "motcua_intake", "collection": "dead_letters"}, "actions": ["find"]}, {"resource": {"db": "motcua_intake", "collection": "cases"}, "actions": ["find", "update"]}, {"resource": {"db": "motcua_intake", "collection": "parked"}, "actions": ["find"]}, {"resource": {"db": "motcua_intake", "collection": "effects"}, "actions": ["find"]}, {"resource": {"db": "motcua_routing", "collection": ""}, "actions": ["listCollections"]}, {"resource": {"db": "motcua_routing", "collection": "dead_letters"}, "actions": ["find"]}, {"resource": {"db": "motcua_routing", "collection": "cases"}, "actions": ["find", "update"]}, {"resource": {"db": "motcua_routing", "collection": "parked"}, "actions": ["find"]}, {"resource": {"db": "motcua_routing", "collection": "effects"}, "actions": ["find"]}, {"resource": {"db": "motcua_payment", "collection": ""}, "actions": ["listCollections"]}, {"resource": {"db": "motcua_payment", "collection": "dead_letters"}, "actions": ["find"]}, {"resource": {"db": "motcua_payment", "collection": "cases"}, "actions": ["find", "update"]}, {"resource": {"db": "motcua_payment", "collection": "parked"}, "actions": ["find"]}, {"resource": {"db": "motcua_payment", "collection": "effects"}, "actions": ["find"]}, {"resource": {"db": "motcua_notify", "collection": ""}, "actions": ["listCollections"]}, {"resource": {"db": "motcua_notify", "collection": "dead_letters"}, "actions": ["find"]}, {"resource": {"db": "motcua_notify", "collection": "cases"}, "actions": ["find", "update"]}, {"resource": {"db": "motcua_notify", "collection": "parked"}, "actions": ["find"]}, {"resource": {"db": "motcua_notify", "collection": "effects"}, "actions": ["find"]}, {"resource": {"db": "motcua_audit", "collection": ""}, "actions": ["listCollections"]}, {"resource": {"db": "motcua_audit", "collection": "dead_letters"}, "actions": ["find"]}, {"resource": {"db": "motcua_audit", "collection": "cases"}, "actions": ["find", "update"]}, {"resource": {"db": "motcua_audit", "collection": "parked"}, "actions": ["find"]}, {"resource": {"db": "motcua_audit", "collection": "effects"}, "actions": ["find"]}]},
  "auditor": {"in": "admin", "roles": [{"role": "read", "db": "motcua_catalog"}, {"role": "read", "db": "motcua_intake"}, {"role": "read", "db": "motcua_routing"}, {"role": "read", "db": "motcua_payment"}, {"role": "read", "db": "motcua_notify"}, {"role": "read", "db": "motcua_gateway"}, {"role": "read", "db": "motcua_audit"}, {"role": "readWrite", "db": "motcua_replayed"}]},
};
for (const [name, row] of Object.entries(table)) {
  const variable = `PASSWORD_${name.toUpperCase()}`;
  const pwd = process.env[variable];
  if (!pwd || pwd.length < 16) throw new Error(`${variable}: 16 characters or more are required`);
  if (row.privileges) {
    const admin = db.getSiblingDB("admin");
    const role = `motcua_${name}`;
    if (admin.getRole(role)) admin.updateRole(role, { privileges: row.privileges, roles: [] });
    else admin.createRole({ role, privileges: row.privileges, roles: [] });
  }
  const home = db.getSiblingDB(row.in);
  const wanted = { pwd, roles: row.roles, mechanisms: ["SCRAM-SHA-256"] };
  if (home.getUser(name)) home.updateUser(name, wanted);
  else home.createUser({ user: name, ...wanted });
}
