import type { PersistentVolume, Pod } from '@coxswain/api';
import { SELECTED_NODE } from '@coxswain/api';

export function makerName(volume: string): string {
  return `helper-pod-create-${volume}`;
}

export function cleanerName(volume: string): string {
  return `helper-pod-delete-${volume}`;
}

/** The pod that makes a volume's folder, on its node, so that a container of any user can write there. */
export function makerPod(volume: PersistentVolume, image: string): Pod {
  const nodeName = volume.metadata.annotations?.[SELECTED_NODE] ?? '';
  return helperPod(makerName(volume.metadata.name), volume, nodeName, image, ['mkdir', '-m', '0777', '-p']);
}

/** The pod that takes a volume's folder away, on its node. */
export function cleanerPod(volume: PersistentVolume, nodeName: string, image: string): Pod {
  return helperPod(cleanerName(volume.metadata.name), volume, nodeName, image, ['rm', '-rf']);
}

function helperPod(
  name: string,
  { spec }: PersistentVolume,
  nodeName: string,
  image: string,
  command: readonly string[],
): Pod {
  const path = spec.hostPath?.path ?? '';
  const parent = path.slice(0, path.lastIndexOf('/'));
  const folder = path.slice(parent.length + 1);
  return {
    metadata: { name, namespace: 'kube-system', labels: { app: 'local-path-helper' } },
    spec: {
      nodeName,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'helper',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: [...command, `/volumes/${folder}`],
          volumeMounts: [{ name: 'volumes', mountPath: '/volumes' }],
        },
      ],
      volumes: [{ name: 'volumes', hostPath: { path: parent, type: 'DirectoryOrCreate' } }],
    },
  };
}
