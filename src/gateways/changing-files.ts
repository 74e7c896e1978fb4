/** What of a gateway's files tells that it was changed: data and pure readers, no I/O. */
export interface ChangingFiles {
  /** The version that runs, by this file below the home; null: no file tells it. */
  readonly version: { readonly file: string; readonly read: (text: string) => string | null } | null;
  /**
   * Configurations below the home that people edit. `essence`: the text without what the gateway itself writes there.
   */
  readonly configs: readonly { readonly file: string; readonly essence?: (text: string) => string }[];
  /** Folders below the home with one folder for each plugin. */
  readonly plugins: readonly PluginFolder[];
}

export interface PluginFolder {
  readonly folder: string;
  /** The file in a plugin's folder that names it. */
  readonly manifest: string;
  /** Never throws. */
  readonly read: (text: string, folder: string) => PluginsNamed;
}

export interface PluginsNamed {
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
  /** Manifests of packages that are installed in this folder, as paths below it. */
  readonly packages?: readonly string[];
}

export const NO_CHANGING_FILES: ChangingFiles = { version: null, configs: [], plugins: [] };

/** A `package.json`. */
export const packageNamed = (text: string): PluginsNamed => {
  const { name, version } = recordOf(text);
  return typeof name === 'string' && typeof version === 'string'
    ? { plugins: [{ name: name.slice(0, LONGEST), version: version.slice(0, LONGEST) }] }
    : { plugins: [] };
};

/** A folder into which npm has installed plugins: each has its own manifest. */
export const packagesInstalled = (text: string): PluginsNamed => {
  const { dependencies } = recordOf(text);
  const names = typeof dependencies === 'object' && dependencies !== null ? Object.keys(dependencies) : [];
  return {
    plugins: [],
    packages: names
      .filter(isPackageName)
      .slice(0, MOST_PACKAGES)
      .map((name) => `node_modules/${name}/package.json`),
  };
};

const LONGEST = 60;
const MOST_PACKAGES = 20;

/** Nothing that leads out of the folder. */
const isPackageName = (name: string): boolean => /^(?:@[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(name);

const recordOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};
