/** Run as a process of its own: prints the count of frames in the files named, and all notices. */
import { InputError } from 'unackd';
import { drain } from './drain.ts';

try {
  const { frames, notices } = await drain(process.argv.slice(2));
  console.log(frames.length);
  for (const { text } of notices) console.log(text);
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
