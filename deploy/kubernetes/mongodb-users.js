// One MongoDB user for each service, which may read and write its own database and nothing else; those that keep documents also the document
// store. Run once as administrator, passwords from the environment:  mongosh "$ADMIN_URI" deploy/kubernetes/mongodb-users.js
// A service ends its predecessor's sessions at a take-over (killSessions): allowed, since both are the same user.
const keepsDocuments = ["intake", "routing", "payment", "gateway"];
const password = (name) => {
  const value = process.env[`PASSWORD_${name.toUpperCase()}`];
  if (!value) throw new Error(`PASSWORD_${name.toUpperCase()} is not set`);
  return value;
};
for (const service of ["catalog", "intake", "routing", "payment", "notify", "gateway", "audit"]) {
  const roles = [{ role: "readWrite", db: `motcua_${service}` }];
  if (keepsDocuments.includes(service)) roles.push({ role: "readWrite", db: "motcua_documents" });
  db.getSiblingDB(`motcua_${service}`).createUser({ user: service, pwd: password(service), roles });
}
// For the command line: `dead-letters` marks parked subjects in every service's database, `audit replay` reads them all.
db.getSiblingDB("admin").createUser({ user: "operator", pwd: password("operator"), roles: ["readWriteAnyDatabase"] });
db.getSiblingDB("admin").createUser({ user: "auditor", pwd: password("auditor"), roles: ["readAnyDatabase"] });
