/** A Region where the service is known to be; others may have been added since. */
export interface DsqlRegion {
  region: string;
  name: string;
  /** First release note that names it, ISO date. */
  since: string;
}

/** Offered first when a Region is asked for; any other may be typed. Source: release notes of Aurora DSQL up to 2026-10. */
export const DSQL_REGIONS: readonly DsqlRegion[] = [
  { region: 'us-east-1', name: 'N. Virginia', since: '2025-05-27' },
  { region: 'us-east-2', name: 'Ohio', since: '2025-05-27' },
  { region: 'us-west-2', name: 'Oregon', since: '2025-05-27' },
  { region: 'eu-west-1', name: 'Ireland', since: '2025-05-27' },
  { region: 'eu-west-2', name: 'London', since: '2025-05-27' },
  { region: 'eu-west-3', name: 'Paris', since: '2025-05-27' },
  { region: 'eu-central-1', name: 'Frankfurt', since: '2025-10-01' },
  { region: 'eu-north-1', name: 'Stockholm', since: '2026-05-11' },
  { region: 'eu-south-2', name: 'Spain', since: '2026-07-31' },
  { region: 'ap-northeast-1', name: 'Tokyo', since: '2025-05-27' },
  { region: 'ap-northeast-2', name: 'Seoul', since: '2025-10-01' },
  { region: 'ap-northeast-3', name: 'Osaka', since: '2025-05-27' },
  { region: 'ap-east-1', name: 'Hong Kong', since: '2026-05-11' },
  { region: 'ap-south-1', name: 'Mumbai', since: '2026-05-11' },
  { region: 'ap-southeast-1', name: 'Singapore', since: '2026-05-11' },
  { region: 'sa-east-1', name: 'São Paulo', since: '2026-05-11' },
];

/** What a Region's name looks like. */
export const REGION_NAME = /^[a-z]{2}(-[a-z]+)+-\d$/;
