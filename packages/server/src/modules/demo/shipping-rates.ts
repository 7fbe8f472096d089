import Type from 'typebox';

/** What the rate service is asked. */
export const RatesRequest = Type.Object(
  { destination: Type.String(), weightKilograms: Type.Number({ exclusiveMinimum: 0, maximum: 70 }) },
  { additionalProperties: false },
);
export type RatesRequest = Type.Static<typeof RatesRequest>;

export type Rates = { currency: 'EUR'; services: { service: string; days: number; price: number }[] };

const zoneOf: Readonly<Record<string, 1 | 2 | 3>> = {
  DE: 1,
  AT: 1,
  NL: 1,
  FR: 1,
  ES: 2,
  IT: 2,
  CH: 2,
  GB: 2,
  US: 3,
  CA: 3,
  BR: 3,
  JP: 3,
  AU: 3,
};

/** By zone: what a parcel costs, what each kilogram begun adds, in euros, and how many working days it takes. */
const tariffs = [
  { service: 'Economy', base: [4.9, 8.9, 17.9], perKilogram: [0.8, 1.6, 6.2], days: [4, 6, 14] },
  { service: 'Standard', base: [6.9, 12.9, 26.9], perKilogram: [1.1, 2.2, 8.4], days: [2, 4, 8] },
  { service: 'Express', base: [14.9, 24.9, 44.9], perKilogram: [2.4, 4.5, 12.5], days: [1, 2, 3] },
] as const;

/** The rates of a carrier that does not exist; undefined where it does not deliver. */
export function ratesFor({ destination, weightKilograms }: RatesRequest): Rates | undefined {
  const zone = zoneOf[destination];
  if (zone === undefined) return undefined;
  const services = tariffs.map(({ service, base, perKilogram, days }) => ({
    service,
    days: days[zone - 1] ?? 0,
    price: inCents((base[zone - 1] ?? 0) + (perKilogram[zone - 1] ?? 0) * Math.ceil(weightKilograms)),
  }));
  return { currency: 'EUR', services };
}

function inCents(euros: number): number {
  return Math.round(euros * 100) / 100;
}
