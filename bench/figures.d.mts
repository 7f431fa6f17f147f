export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly atLeast?: number
  readonly atMost?: number
}
export function tell(figures: readonly Figure[]): void
export function quantile(measurements: readonly number[], share: number): number
export function median(measurements: readonly number[]): number
