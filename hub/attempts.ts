/** 来源地址的计数键 — an IPv6 customer has a whole network: it is counted as one. */
export function nameAddress(address: string): string {
  const isSix = address.includes(':') && !address.includes('.')
  return `ip:${isSix ? address.split(':').slice(0, 4).join(':') : address}`
}

/** 登录名 — names differ by more than case, width or blanks; a credit code is written one way. */
export function normalizeLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase()
}
