/**
 * What others call of `core/plan`:
 *
 * - `readPlans(text)` (./read-plans): every plan of a paste, text or JSON, with the lines nobody understood; never throws.
 * - `planDocument(plan, options)` (./document): a plan measured, with findings and price, as plain data for views and files.
 * - `comparePlans(before, after)` (./compare/compare): two documents, matched.
 * - `printPlan(plan)` (./print): the text back.
 */
export type * from '../../protocol/plan-document';

import type { RegionPrice } from '../cost/prices';
import type { CatalogFacts } from './findings/catalog-facts';

/** What a plan is read with. All optional: a plan alone gives everything but prices of other Regions and findings about the catalogue. */
export interface PlanDocumentOptions {
  /** For the price; us-east-1 when absent. */
  region?: string;
  /** Replaces the built-in prices. */
  prices?: readonly RegionPrice[];
  /** What is known of the tables and indexes; without it there are no findings about invalid and unused indexes and old statistics. */
  catalog?: CatalogFacts;
}
