#!/usr/bin/env node
import { main } from '@pmcp/observability/internal';

// Flags, variables, help and errors come from the main program, which has all commands.
await main(['doctor', ...process.argv.slice(2)], process.env);
