import type { KubeletOptions } from '../kubelet-options.ts';

/** `/configz`: the settings in force, as a KubeletConfiguration. */
export function configz(options: KubeletOptions): object {
  const duration = (ms: number) => `${ms / 1000}s`;
  const thresholds = (list: readonly string[]) => Object.fromEntries(list.map((text) => text.split('<', 2)));
  return {
    kubeletconfig: {
      address: options.address,
      port: options.port,
      healthzBindAddress: options.healthzBindAddress,
      healthzPort: options.healthzPort,
      clusterDNS: options.clusterDns,
      clusterDomain: options.clusterDomain,
      resolvConf: options.resolvConf,
      maxPods: options.maxPods,
      syncFrequency: duration(options.syncFrequency),
      nodeStatusUpdateFrequency: duration(options.nodeStatusUpdateFrequency),
      kubeReserved: options.kubeReserved,
      systemReserved: options.systemReserved,
      cgroupsPerQOS: options.cgroupsPerQos,
      cgroupRoot: options.cgroupRoot,
      cgroupDriver: options.cgroupDriver,
      evictionHard: thresholds(options.evictionHard),
      evictionSoft: thresholds(options.evictionSoft),
      evictionSoftGracePeriod: options.evictionSoftGracePeriod,
      evictionMinimumReclaim: options.evictionMinimumReclaim,
      evictionMaxPodGracePeriod: options.evictionMaxPodGracePeriod,
      evictionPressureTransitionPeriod: duration(options.evictionPressureTransitionPeriod),
      imageGCHighThresholdPercent: options.imageGCHighThresholdPercent,
      imageGCLowThresholdPercent: options.imageGCLowThresholdPercent,
      imageMinimumGCAge: duration(options.imageMinimumGCAge),
      imageMaximumGCAge: duration(options.imageMaximumGCAge),
      containerLogMaxSize: options.containerLogMaxSize,
      containerLogMaxFiles: options.containerLogMaxFiles,
      containerLogMonitorInterval: duration(options.containerLogMonitorInterval),
      ...(options.staticPodPath ? { staticPodPath: options.staticPodPath } : {}),
      ...(options.staticPodURL ? { staticPodURL: options.staticPodURL } : {}),
      fileCheckFrequency: duration(options.fileCheckFrequency),
      httpCheckFrequency: duration(options.httpCheckFrequency),
      volumeStatsAggPeriod: duration(options.volumeStatsAggPeriod),
      podLogsDir: options.podLogsDir,
      containerRuntimeEndpoint: options.containerRuntimeEndpoint,
    },
  };
}
