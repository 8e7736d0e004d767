//! Generated input for measurements: Deployments with their Services, about as long as real ones.

use std::fmt::Write;

/// One pair in this many has a Service that asks for a port name which its pods do not have.
const BROKEN: usize = 100;

/// The `number`th Deployment and the Service for it: two documents.
pub fn pair(number: usize) -> String {
    let name = format!("app-{number:05}");
    let port = if number % BROKEN == BROKEN - 1 {
        "htpp"
    } else {
        "http"
    };
    format!(
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/component: server
    app.kubernetes.io/part-of: shop
    app.kubernetes.io/managed-by: hand
spec:
  replicas: 3
  revisionHistoryLimit: 5
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
      app.kubernetes.io/component: server
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
        app.kubernetes.io/component: server
        app.kubernetes.io/part-of: shop
      annotations:
        prometheus.io/scrape: \"true\"
        prometheus.io/port: \"9090\"
    spec:
      serviceAccountName: {name}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
      containers:
        - name: server
          image: registry.example.com/shop/{name}:1.42.0
          args: [\"--listen=:8080\", \"--metrics=:9090\"]
          env:
            - name: LOG_LEVEL
              value: info
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef:
                  name: {name}
                  key: database-url
          ports:
            - name: http
              containerPort: 8080
            - name: metrics
              containerPort: 9090
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /live
              port: http
            initialDelaySeconds: 10
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          volumeMounts:
            - name: config
              mountPath: /etc/shop
              readOnly: true
      volumes:
        - name: config
          configMap:
            name: {name}
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: shop
spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/component: server
  ports:
    - name: http
      port: 80
      targetPort: {port}
    - name: metrics
      port: 9090
      targetPort: metrics
"
    )
}

/// So many pairs as one stream.
pub fn stream(pairs: usize) -> String {
    let mut stream = String::new();
    for number in 0..pairs {
        let separator = if number == 0 { "" } else { "---\n" };
        let _ = write!(stream, "{separator}{}", pair(number));
    }
    stream
}

/// So many pairs as the names and the contents of files.
pub fn files(pairs: usize) -> impl Iterator<Item = (String, String)> {
    (0..pairs).map(|number| (format!("app-{number:05}.yaml"), pair(number)))
}
