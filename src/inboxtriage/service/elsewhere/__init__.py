"""The mailbox as its owner uses it too: answers in Sent, the Drafts folder, the last look before a letter leaves."""
