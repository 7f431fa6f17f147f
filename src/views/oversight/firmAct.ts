/** 对一家企业的办理 — each has a dialog of its own. */
export type FirmAct = 'phone' | 'note' | 'code' | 'contact' | 'assign' | 'leave' | 'comeBack' | 'return' | 'erase'
