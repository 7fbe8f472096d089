import type { Rule } from './rule.ts';
import { ambientIsInjected } from './rules/ambient.ts';
import { importsHaveNoCycles } from './rules/cycles.ts';
import { layersImportDownwards } from './rules/layers.ts';
import { modulesHaveDoors, modulesHaveOneShape, modulesImportDownwards, modulesUseDoors } from './rules/modules.ts';
import { namesSaySomething } from './rules/names.ts';
import { packagesImportDownwards, packagesUseTheDoor } from './rules/packages.ts';
import { platformKnowsNoProduct } from './rules/product-words.ts';
import { pureFilesStayPure } from './rules/pure-files.ts';
import { queriesStayInStores, systemCallersAreListed } from './rules/queries.ts';
import { onlyTestsImportTesting, unitTestsReachNoDatabase } from './rules/tests.ts';

export const rules: readonly Rule[] = [
  packagesImportDownwards,
  packagesUseTheDoor,
  layersImportDownwards,
  platformKnowsNoProduct,
  modulesHaveDoors,
  modulesUseDoors,
  modulesImportDownwards,
  modulesHaveOneShape,
  queriesStayInStores,
  systemCallersAreListed,
  ambientIsInjected,
  pureFilesStayPure,
  onlyTestsImportTesting,
  unitTestsReachNoDatabase,
  importsHaveNoCycles,
  namesSaySomething,
];
