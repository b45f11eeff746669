// Loaded before anything else: a native module of the wrong Node crashes the process without a
// word, and TypeScript files do not load at all. JavaScript on purpose, so that any Node can say so.
const major = Number(process.versions.node.split('.')[0]);
if (major !== 24) {
  console.error(
    `Choonsim needs Node 24, this is Node ${process.versions.node}.\n` +
      'Run it through npm (npm start, npm run …) after `npm ci`: the right Node is installed with the project.',
  );
  process.exit(1);
}
