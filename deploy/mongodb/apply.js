// Makes the roles and users of a tenant, or brings those that are there up to date, passwords included:
//
//   PASSWORDS=/run/passwords ROLES=deploy/mongodb/redress.json mongosh "mongodb://admin@host/?replicaSet=rs0" deploy/mongodb/apply.js
//
// In the directory PASSWORDS lies a file for each user, of its name (`redress-intake`), with the password.  Run it as an administrator of users.

const fs = require('fs');
const path = require('path');

const admin = db.getSiblingDB('admin');
const commands = JSON.parse(fs.readFileSync(process.env.ROLES, 'utf8'));
const password = (user) => fs.readFileSync(path.join(process.env.PASSWORDS, user), 'utf8').replace(/\r?\n$/, '');

function run(command) {
  const [verb, name] = Object.entries(command)[0];
  const there = verb === 'createRole' ? admin.getRole(name) : admin.getUser(name);
  const { [verb]: _, ...rest } = command;
  const secret = verb === 'createUser' ? { pwd: password(name) } : {};
  admin.runCommand({ [there ? verb.replace('create', 'update') : verb]: name, ...rest, ...secret });
  print(`${there ? 'Updated' : 'Created'} ${verb.slice('create'.length).toLowerCase()} ${name}.`);
}

commands.forEach(run);
