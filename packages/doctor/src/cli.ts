#!/usr/bin/env node
import { main } from '@pmcp/observability/internal';

// Flags, variables, help and errors come from the main program, which has all commands.
await main(process.argv.slice(2), process.env, { program: 'pmcp-doctor', command: 'doctor' });
