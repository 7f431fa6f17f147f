/** Only what src/export calls; the content tree is pdfmake's own and checked by looking at the pages. */
declare module 'pdfmake/build/pdfmake.min.js' {
  interface PdfMake {
    readonly virtualfs: { writeFileSync(name: string, content: Uint8Array): void }
    setFonts(fonts: Readonly<Record<string, Readonly<Record<string, string>>>>): void
    setUrlAccessPolicy(mayLoad: (url: string) => boolean): void
    createPdf(definition: object): { getBuffer(): Promise<Uint8Array> }
  }
  const pdfMake: PdfMake
  // eslint-disable-next-line no-restricted-syntax -- the library has no other export
  export default pdfMake
}
