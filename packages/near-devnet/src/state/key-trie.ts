interface TrieNode {
  /** Nibbles between the parent and this node, as hexadecimal digits. */
  path: string;
  hasValue: boolean;
  /** By their first nibble. */
  readonly children: Map<string, TrieNode>;
}

// Above contract data are the root and the branch for the kind of state.
const UPPER_NODES = 2;

/**
 * The shape of the state's Merkle trie, without hashes: enough to count the nodes a lookup visits, which a write pays
 * gas for. It has the keys as of the end of the last block.
 */
export class KeyTrie {
  readonly #root: TrieNode = { path: '', hasValue: false, children: new Map() };

  add(key: string): void {
    let node = this.#root;
    let rest = nibbles(key);
    while (rest !== '') {
      const child = node.children.get(rest.charAt(0));
      if (child === undefined) {
        node.children.set(rest.charAt(0), { path: rest, hasValue: true, children: new Map() });
        return;
      }
      const shared = sharedLength(child.path, rest);
      if (shared < child.path.length) splitNode(node, child, shared);
      node = node.children.get(rest.charAt(0)) ?? node;
      rest = rest.slice(shared);
    }
    node.hasValue = true;
  }

  remove(key: string): void {
    const path: TrieNode[] = [];
    let node: TrieNode | undefined = this.#root;
    let rest = nibbles(key);
    while (rest !== '') {
      path.push(node);
      node = node.children.get(rest.charAt(0));
      if (node === undefined || !rest.startsWith(node.path)) return;
      rest = rest.slice(node.path.length);
    }
    node.hasValue = false;
    for (let parent = path.pop(); parent !== undefined; parent = path.pop()) {
      tidy(parent, node);
      node = parent;
    }
  }

  /** The number of nodes that a lookup visits, including the value if there is one. */
  visitedNodes(key: string): number {
    let node = this.#root;
    let rest = nibbles(key);
    let visited = UPPER_NODES;
    for (;;) {
      visited += ownNodes(node);
      if (rest === '') return node.hasValue ? visited + 1 : visited;
      const child = node.children.get(rest.charAt(0));
      if (child === undefined) {
        // A root with one child is not a branch: the child is read before it is seen not to match.
        const isOnlyWay = node === this.#root && node.children.size === 1;
        return isOnlyWay ? visited + 1 : visited;
      }
      // A path that does not match is seen when its node is read.
      if (!rest.startsWith(child.path)) return visited + 1;
      rest = rest.slice(child.path.length);
      node = child;
    }
  }
}

/**
 * A leaf is one node, and so is a branch; an extension in front of a branch is another node. Only the root has neither
 * path nor value: with fewer than two children it is no node at all.
 */
function ownNodes({ path, hasValue, children }: TrieNode): number {
  if (path === '' && !hasValue && children.size < 2) return 0;
  return children.size > 0 && path !== '' ? 2 : 1;
}

function nibbles(key: string): string {
  return Buffer.from(key, 'latin1').toString('hex');
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function splitNode(parent: TrieNode, child: TrieNode, length: number): void {
  const upper: TrieNode = {
    path: child.path.slice(0, length),
    hasValue: false,
    children: new Map([[child.path.charAt(length), child]]),
  };
  parent.children.set(upper.path.charAt(0), upper);
  child.path = child.path.slice(length);
}

/** After a removal: removes an empty node, merges a node with a single child into it. */
function tidy(parent: TrieNode, node: TrieNode): void {
  if (node.hasValue || node.children.size > 1) return;
  const key = node.path.charAt(0);
  const [only] = node.children.values();
  if (only === undefined) {
    parent.children.delete(key);
    return;
  }
  only.path = node.path + only.path;
  parent.children.set(key, only);
}
