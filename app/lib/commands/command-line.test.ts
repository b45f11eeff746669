import { describe, expect, it } from 'vitest';
import { UsageError } from './command.ts';
import { readCommandLine } from './command-line.ts';

describe('readCommandLine', () => {
  it.each([
    [[], 'no command is given'],
    [['statsu'], 'there is no command "statsu"'],
    [['toString'], 'there is no command "toString"'],
    [['status', 'a', 'b'], '"b" is one argument too many'],
    [['retry'], 'retry: name a user'],
    [['backup'], 'backup: name a new file'],
    [['pause', '--adopt'], 'pause has no option --adopt'],
    [['reconcile', '--adopt-registered'], '--adopt-registered needs --adopt'],
    [['smoke', '--timeout', 'soon'], 'use whole seconds, not "soon"'],
    [['smoke', '--timeout', '0'], 'use whole seconds, not "0"'],
    [['status', '--jsno'], "Unknown option '--jsno'"],
  ])('rejects %j', (args, words) => {
    expect(() => readCommandLine(args)).toThrow(UsageError);
    expect(() => readCommandLine(args)).toThrow(words);
  });

  it('reads a command with its argument and options', () => {
    expect(readCommandLine(['status', 'ann@example.org', '--json'])).toMatchObject({
      command: 'status',
      name: 'ann@example.org',
      json: true,
    });
    expect(readCommandLine(['reconcile', '--adopt', '--unfinished'])).toMatchObject({
      name: null,
      json: false,
      adopt: true,
      adoptRegistered: false,
      unfinishedOnly: true,
    });
    expect(readCommandLine(['smoke', '--timeout', '90'])).toMatchObject({ timeoutMs: 90_000 });
    expect(readCommandLine(['smoke'])).toMatchObject({ timeoutMs: 120_000 });
  });

  it.each([[['--help']], [['-h']], [['status', '--help']]])('returns help for %j', (args) => {
    expect(readCommandLine(args)).toBe('help');
  });
});
