// Whether this member is primary: exit code 0 or 1.  A new one is told that it is a replica set of one, and is primary soon after.
try {
  rs.status();
} catch (failure) {
  if (failure.codeName === "NotYetInitialized") {
    rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "mongodb:27017" }] });
  }
}
quit(db.hello().isWritablePrimary ? 0 : 1);
