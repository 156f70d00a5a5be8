/** Exact configuration at every instruction: needs the configs of the base images, asked for when first wanted. */
import type { Gateway, ImageOptions } from '../../buildkit/api.js';
import type { Platform } from '../../buildkit/gen/ops.js';
import type { Evaluation, ImageConfig } from '../../dockerfile/model.js';
import { evaluate } from '../../dockerfile/evaluate.js';
import { parseImageConfig } from '../../dockerfile/image-config.js';
import type { BuildSettings } from '../api.js';
import { baseOf, type Program, type Result } from '../program/program.js';

/** `linux/arm/v7` as BuildKit's message. */
export function platformMessage(platform: string): Platform {
  const [os = 'linux', architecture = 'amd64', variant = ''] = platform.split('/');
  return { OS: os, Architecture: architecture, Variant: variant, OSVersion: '', OSFeatures: [] };
}

/** Evaluates with the real base images; the images' configs are in the engine's cache by then. */
export async function exactEvaluation(
  gateway: Gateway,
  program: Program,
  settings: BuildSettings,
  buildPlatform: string,
  signal: AbortSignal,
): Promise<Evaluation> {
  const configs = new Map<number, ImageConfig>();
  const stages = new Set(program.points.map((point) => point.stage));
  await Promise.all(
    [...stages].map(async (stage) => {
      const image = imageOf(program, stage);
      if (image === undefined) return;
      const { config } = await gateway.resolveImageConfig(image.ref, image.platform, { signal, layout: image.layout });
      configs.set(stage, parseImageConfig(JSON.parse(new TextDecoder().decode(config))));
    }),
  );
  return evaluate({ ...evaluationInput(program, settings, buildPlatform), baseConfig: (stage) => configs.get(stage) });
}

function evaluationInput(
  program: Program,
  settings: BuildSettings,
  buildPlatform: string,
): Omit<Parameters<typeof evaluate>[0], 'baseConfig'> {
  return {
    dockerfile: program.dockerfile,
    buildArgs: settings.buildArgs,
    targetPlatform: program.platform,
    buildPlatform,
    target: settings.target ?? '',
  };
}

interface BaseImage {
  readonly ref: string;
  readonly layout: ImageOptions['layout'];
  readonly platform: Platform;
}

/** The image that a stage starts from; undefined for scratch and for stages that start from a stage. */
function imageOf(program: Program, stage: number): BaseImage | undefined {
  const from = program.dockerfile.stages[stage]?.instructions[0];
  const step = from === undefined ? undefined : program.steps.get(from.index);
  if (step === undefined || step.before !== undefined) return undefined;
  let result: Result | undefined = step.after;
  while (result !== undefined) {
    const vertex = program.llb.vertices.get(result.digest);
    if (vertex === undefined) return undefined;
    const op = vertex.op.op;
    if (op?.$case === 'source') {
      const [scheme, ref] = op.value.identifier.split('://', 2);
      if ((scheme !== 'docker-image' && scheme !== 'oci-layout') || ref === undefined) return undefined;
      const { 'oci.session': session = '', 'oci.store': store = '' } = op.value.attrs;
      const layout = scheme === 'oci-layout' ? { session, store } : undefined;
      return { ref, layout, platform: vertex.op.platform ?? platformMessage(program.platform) };
    }
    result = baseOf(vertex);
  }
  return undefined;
}
