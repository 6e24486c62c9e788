import { Command } from 'commander'
import { pdfSignCommand } from './pdf-sign.ts'
import { pdfVerifyCommand } from './pdf-verify.ts'

export function pdfCommands(): Command {
  return new Command('pdf')
    .description('level 4: signatures on documents')
    .addCommand(pdfSignCommand())
    .addCommand(pdfVerifyCommand())
}
