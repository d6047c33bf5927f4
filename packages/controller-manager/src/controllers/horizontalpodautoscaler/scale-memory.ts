import type { Sample } from './plan-scale.ts';

/** What an autoscaler recommended and did of late; lost with the process, as upstream's is. */
export class ScaleMemory {
  recommendations: Sample[] = [];
  scaleUps: Sample[] = [];
  scaleDowns: Sample[] = [];

  changed(from: number, to: number, at: number): void {
    if (to > from) this.scaleUps.push({ at, replicas: to - from });
    else this.scaleDowns.push({ at, replicas: from - to });
  }

  /** Drops what is older than anything asks for. */
  forgetBefore(at: number): void {
    const recent = (samples: Sample[]) => samples.filter((sample) => sample.at >= at);
    this.recommendations = recent(this.recommendations);
    this.scaleUps = recent(this.scaleUps);
    this.scaleDowns = recent(this.scaleDowns);
  }
}
