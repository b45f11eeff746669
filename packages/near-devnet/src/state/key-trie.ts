interface TrieNode {
  /** Nibbles between the parent and this node, as hexadecimal digits. */
  path: string;
  hasValue: boolean;
  /** By their first nibble. */
  readonly children: Map<string, TrieNode>;
}

// Above the data of contracts lie the root and the branch that tells kinds of state apart.
const UPPER_NODES = 2;

/**
 * The shape of the state's Merkle trie, without hashes: enough to know how many nodes a lookup visits, which is what a
 * write costs gas for. It holds the keys as they were at the end of the last block.
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

  /** Nodes that a lookup visits, and the value where there is one. */
  visitedNodes(key: string): number {
    let node = this.#root;
    let rest = nibbles(key);
    let visited = UPPER_NODES;
    for (;;) {
      visited += ownNodes(node);
      if (rest === '') return node.hasValue ? visited + 1 : visited;
      const child = node.children.get(rest.charAt(0));
      if (child === undefined) {
        // The only way on from the root is no branch: it is read before it is seen to lead elsewhere.
        const isOnlyWay = node === this.#root && node.children.size === 1;
        return isOnlyWay ? visited + 1 : visited;
      }
      // A path that leads elsewhere is seen when its node is read.
      if (!rest.startsWith(child.path)) return visited + 1;
      rest = rest.slice(child.path.length);
      node = child;
    }
  }
}

/**
 * A leaf is one node, and so is a branch; a path in front of a branch is a node of its own. Only the root has neither path
 * nor value: while fewer than two ways lead on from it, there is nothing.
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

/** After a removal: an empty node goes, one with a single way on joins what follows. */
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
