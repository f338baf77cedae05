// Makes Azurite answer only when what it did is saved, as the real service does. By itself it saves its index every five seconds, so
// that a kill would take back what it had acknowledged.
const fs = require("fs");
const http = require("http");
const path = require("path");
const { createRequire } = require("module");

const Loki = createRequire(path.resolve(process.argv[1]))("lokijs");
const databases = new Set();

for (const method of ["loadDatabase", "addCollection"]) {
  const original = Loki.prototype[method];
  Loki.prototype[method] = function (...args) {
    databases.add(this);
    return original.apply(this, args);
  };
}

const end = http.ServerResponse.prototype.end;
http.ServerResponse.prototype.end = function (...args) {
  for (const database of databases) {
    if (database.autosaveDirty()) {
      const beside = database.filename + ".saving";
      fs.writeFileSync(beside, database.serialize());
      fs.renameSync(beside, database.filename);
      database.autosaveClearFlags();
    }
  }
  return end.apply(this, args);
};
