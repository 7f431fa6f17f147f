/// <reference types="vite/client" />
declare const __ENGINE_VERSION__: string
